// SPDX-License-Identifier: GPL-2.0-or-later
// A table of units with a history, for tests that place figures and persons in it.
#pragma once

/* Communes A and B of two districts merge into N on 1/7/2025, the districts go, T9 ends without a
 * successor, R is renamed, and N2 begins out of nothing. */
static const char merger_table[] = "ma,ma_cha,ten,loai,tu_ngay,den_ngay,sap_nhap_vao,ten_khac\n"
                                   "P,,Tỉnh Cũ,tinh,,,,\n"
                                   "H1,P,Huyện Một,huyen,,30/6/2025,P,\n"
                                   "H2,P,Huyện Hai,huyen,,2025-06-30,P,\n"
                                   "A,H1,Xã A,xa,,2025-06-30,N,\n"
                                   "B,H2,Xã B,xa,,2025-06-30,N,Xã Bê;X. B\n"
                                   "N,P,Xã Mới,xa,2025-07-01,,,\n"
                                   "A1,A,Thôn 1,thon,,,,\n"
                                   "A1,N,Thôn 1,thon,2025-07-01,,,\n"
                                   "B1,B,Thôn 1,thon,,,,\n"
                                   "B2,B,Thôn 2,thon,,,,\n"
                                   "T9,B,Thôn 9,thon,,2024-12-31,,\n"
                                   "R,H1,Xã Rừng,xa,,,,\n"
                                   "R,P,Phường Bắc Hà,phuong,2025-07-01,,,\n"
                                   "N2,N,Thôn Mới,thon,2026-01-01,,,\n"
                                   "C1,P,Phòng cũ,phong,,2025-12-31,C2,\n"
                                   "C2,P,Phòng mới,phong,2026-01-01,,,\n"
                                   "Z,,Hội sau,hoi,2026-01-01,,,\n";
